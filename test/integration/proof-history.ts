/* A history made by chance in the ledger of an application, and what its server proves of it. */
import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { newLineage } from '../../src/modules/ledger/append';
import { Ledger } from '../../src/modules/ledger/ledger.service';
import type { Proof } from '../../src/modules/proof/proof.schemas';
import type { TestApp } from '../harness/app';
import { anyLedger } from '../harness/histories';

/** Records histories drawn by `seed`, their streams interleaved as they are. */
export const recordHistory = async (
  app: TestApp,
  seed: number,
  histories: number,
): Promise<void> => {
  const ledger = app.get(Ledger);
  const drawn = fc.sample(anyLedger(5, 60), { numRuns: histories, seed });
  for (const [index, events] of drawn.entries()) {
    const outcomes = await Promise.all(
      events.map(({ stream, version, type, data, deploymentId, occurredAt }) => {
        const schemaVersion = type === 'LlmCallRecorded' ? 2 : 1;
        return ledger.append({
          stream: stream.replace('-', `-${String(index)}-`),
          expected: version - 1,
          lineage: newLineage(),
          step: 1,
          grounds: [],
          events: [{ eventId: uuid(), type, schemaVersion, data: JSON.stringify(data) }],
          actor: 'chance',
          deploymentId,
          correlationId: 'c',
          causationId: null,
          occurredAt,
          idempotency: null,
        });
      }),
    );
    expect(outcomes.filter(({ kind }) => kind !== 'appended')).toEqual([]);
  }
};

/** What `GET /v1/verify` answers. */
export const proofOf = async (app: TestApp, query = ''): Promise<Proof> => {
  const { status, body } = await app.client.get<Proof>(`/v1/verify${query}`);
  expect({ status, body }).toMatchObject({ status: 200 });
  return body;
};
