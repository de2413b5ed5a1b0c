import { join } from 'node:path';

/** The project's folder, seen from where this file is compiled to. */
export const projectFolder = join(__dirname, '..', '..', '..');

/** What `npm start` runs. */
export const startScript = join(__dirname, '..', 'start.js');
