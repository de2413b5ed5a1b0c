import { join } from 'node:path';

/** The project's folder, seen from where this file is compiled to. */
export const projectFolder = join(__dirname, '..', '..', '..');

/** What `npm start` runs. */
export const startScript = join(__dirname, '..', 'start.js');

/** How it runs Node, as package.json, the image and the unit of systemd say it. */
export const startFlags = ['--max-semi-space-size=32'] as const;
