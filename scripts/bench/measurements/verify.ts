import { get } from '../api';
import { compared, measured } from '../figures';
import type { Flowledger } from '../flowledger';
import type { Measurement } from '../measurement';
import { startWorker } from '../worker';
import type { LedgerReads } from '../workers/ledger-reads';
import { yearOf } from '../year';

interface Proven {
  readonly holds: boolean;
  readonly seconds: number;
  readonly ledger: { readonly events: number; readonly position: string };
}

const prove = async (server: Flowledger, skip: string): Promise<Proven> => {
  const proof = (await get(server, `/v1/verify?skip=${skip}`)) as Proven;
  if (proof.holds) return proof;
  throw new Error(`the ledger does not hold: ${JSON.stringify(proof.ledger)}`);
};

/** The proof of the ledger, against reading it. */
export const verify: Measurement = {
  name: 'verify',
  summary: 'the proof of a ledger of a million calls: digests, hash chain, versions',
  budget: 'none',
  run: async (context) => {
    const { database, serve } = await yearOf(context);
    const server = await serve(context, 'verify');
    const reads = await startWorker<LedgerReads>(
      context,
      require.resolve('../workers/ledger-reads'),
    );
    await reads.call('open', { url: database.url });
    const proven: number[] = [];
    const read: number[] = [];
    for (let round = 1; round <= context.runs; round += 1) {
      context.say(`verify: round ${round} of ${context.runs}`);
      const { ledger, seconds } = await prove(server, 'projections,kafka');
      proven.push(ledger.events / seconds);
      const through = Number(ledger.position);
      const copied = await reads.call('copy', { names: null, through });
      if (copied.events !== ledger.events)
        throw new Error(`${ledger.events} events were proven of ${copied.events}`);
      read.push(copied.events / copied.seconds);
    }
    context.say('verify: with all read models');
    const whole = await prove(server, 'kafka');
    return [
      compared({ figure: 'proof of the ledger', unit: 'events/s' }, proven, {
        name: 'COPY of the ledger to the client',
        samples: read,
      }),
      measured({ figure: 'proof of ledger and read models', unit: 'events/s' }, [
        whole.ledger.events / whole.seconds,
      ]),
    ];
  },
};
