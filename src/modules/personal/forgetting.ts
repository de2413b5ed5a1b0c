import { Injectable } from '@nestjs/common';
import { Companions } from '../command-bus/companions';
import { KeyTable } from './key-table';

/** What goes with `forget-subject`: whether there is a key, and its end. */
@Injectable()
export class Forgetting {
  constructor(table: KeyTable, companions: Companions) {
    companions.register('forget-subject', {
      issue: async (data, issue) =>
        issue({ newestKey: await table.newest(String(data['subject'])) }),
      // Where this does not come to be, the keeper does it.
      outcome: async ({ version }, data) => {
        const name = { subject: String(data['subject']), generation: version };
        return { effects: { keysDestroyed: await table.destroyBelow(name) } };
      },
    });
  }
}
