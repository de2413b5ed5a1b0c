import type { Settings } from '../config/settings';
import { Problem } from '../http/problem';
import { LedgerReader } from '../ledger/ledger-reader';
import { Meter } from './meter';
import { ProofService } from './proof.service';

/** Nothing listens there. */
const nowhere = 'postgres://nobody@127.0.0.1:1/nothing';

describe('a proof while the database is away', () => {
  it('is to be asked for again, and leaves room for the next', async () => {
    const reader = new LedgerReader(nowhere);
    const proofs = new ProofService(nowhere, { kafka: null } as Settings, [], reader);
    for (const turn of ['first', 'next']) {
      const { signal } = new AbortController();
      const fault = await proofs
        .proveInTurn({}, new Meter(), signal)
        .catch((error: unknown) => error);
      expect({ turn, fault }).toEqual({ turn, fault: expect.any(Problem) as unknown });
      expect(fault).toMatchObject({ status: 503, code: 'unavailable' });
    }
    await reader.onApplicationShutdown();
  });

  it('is one at a time for whoever asks, and for no rollback, which has seconds for its own', async () => {
    const reader = new LedgerReader(nowhere);
    const proofs = new ProofService(nowhere, { kafka: null } as Settings, [], reader);
    const { signal } = new AbortController();
    const codes = await Promise.all(
      (['proveInTurn', 'proveInTurn', 'prove'] as const).map((how) =>
        proofs[how]({}, new Meter(), signal).catch((error: unknown) => (error as Problem).code),
      ),
    );
    expect(codes).toEqual(['unavailable', 'proof-under-way', 'unavailable']);
    await reader.onApplicationShutdown();
  });
});
