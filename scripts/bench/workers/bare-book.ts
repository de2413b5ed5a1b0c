import 'reflect-metadata';
import { pino } from 'pino';
import { createApplication } from '../../../src/modules/boot/application';
import { CommandIntake } from '../../../src/modules/command-bus/command-intake';
import { readSettings } from '../../../src/modules/config/settings';
import { migrate } from '../../../src/modules/database/migrate';
import { readFlows } from '../../../src/modules/flows/flow-file';
import { articleReading, sha256 } from '../../../src/modules/style-memory/article-reading';
import type { Database } from '../postgres';
import { serveTasks } from '../tasks';

/** The fact by which a server tells that the book has begun, and adds nothing to it. */
const rate = { usd: 75, effectiveFrom: '2015-01-01', source: 'bench' };

const request = {
  caller: { name: 'bench', role: 'operator' },
  idempotencyKey: null,
  ifMatch: null,
  deploymentId: null,
  causationId: null,
  correlationId: 'bench',
} as const;

const tasks = {
  /** Makes an empty database one whose price book has no price of any model, and never will. */
  begin: async ({ url, ownerUrl }: Database): Promise<void> => {
    await migrate(ownerUrl);
    const settings = readSettings({ FLOWLEDGER_PARTS: 'api' });
    const flows = await readFlows(settings.flowsFile);
    const context = { flows, liveTopic: null, digestOf: sha256, ...articleReading };
    const masterKeys = [Buffer.alloc(32).toString('base64')]; // nothing is sealed by it
    const assembly = { settings, databaseUrl: url, keys: [], masterKeys, context };
    const app = await createApplication(assembly, pino({ level: 'silent' }));
    await app.init();
    const intake = app.get(CommandIntake, { strict: false });
    await intake.take({ ...request, name: 'set-hourly-rate', body: rate });
    await app.close();
  },
};

export type BareBook = typeof tasks;

serveTasks(tasks);
