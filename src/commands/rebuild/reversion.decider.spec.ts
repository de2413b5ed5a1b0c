import { rulesOf } from '../../../test/harness/given-when-then';
import type { ReversionCommand } from './reversion.commands';
import { reversion } from './reversion.decider';

const back: ReversionCommand = {
  type: 'RevertProjection',
  projection: 'roi-totals',
  reason: 'Monday doubled',
};
const wayBack = { from: 'roi_totals_v3_2', to: 'roi_totals_v3_1' };

test('a projection goes back to the generation that was live before', () => {
  rulesOf(reversion, { wayBack })
    .given()
    .when(back)
    .then({
      type: 'ProjectionReverted',
      data: { projection: 'roi-totals', reason: 'Monday doubled', ...wayBack },
    });
});

test('a projection of which nothing earlier is kept stays as it is', () => {
  rulesOf(reversion, { wayBack: null })
    .given()
    .when(back)
    .refused('nothing-warm', /no earlier generation of roi-totals .*rebuild it/);
});
