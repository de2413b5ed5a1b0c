import { rulesOf } from '../../../test/harness/given-when-then';
import { liveDeployment, stampOf } from './live-deployment.decider';
import type { FlowEvent } from './live-deployment.decider';
import { readableVersions } from '../../events/codec';
import { onCompletion } from './succession';
import type { ActivateDeployment } from './succession';

const { given } = rulesOf(liveDeployment, {});

const activated = (deploymentId: string, previous: string | null) => ({
  type: 'DeploymentActivated' as const,
  data: { flow: 'content', deploymentId, previous, reads: readableVersions() },
});
const place = { flow: 'content', deploymentId: 'd2' };
const stopped: FlowEvent = { type: 'WorkStopped', data: place };
const activate = (deploymentId: string, previous: string | null): ActivateDeployment => ({
  type: 'ActivateDeployment',
  flow: 'content',
  deploymentId,
  previous,
});

test('the first is activated in the place of none, the next in that of the first', () => {
  given().when(activate('d1', null)).then(activated('d1', null));
  given(activated('d1', null)).when(activate('d2', 'd1')).then(activated('d2', 'd1'));
  given(activated('d1', null)).when(activate('d1', null)).then();
});

test('of two at once the second is refused, for it was decided on another live one', () => {
  given(activated('d1', null), activated('d2', 'd1'))
    .when(activate('d3', 'd1'))
    .refused('live-deployment-changed', /^d2 is live for content now, not d1/);
  given()
    .when(activate('d3', 'd1'))
    .refused('live-deployment-changed', /none is live/);
});

test('work is stopped under the live one alone, until it is let on or another is live', () => {
  const history = [activated('d1', null), activated('d2', 'd1')];
  given(...history)
    .when({ type: 'StopWork', ...place })
    .then(stopped);
  given(...history, stopped)
    .when({ type: 'StopWork', ...place })
    .then();
  given(...history, stopped)
    .when({ type: 'LetWorkOn', ...place })
    .then({ type: 'WorkLetOn', data: place });
  given(...history)
    .when({ type: 'LetWorkOn', ...place })
    .then();
  given(...history, stopped)
    .when(activate('d1', 'd2'))
    .then(activated('d1', 'd2'));
  given(...history, stopped, activated('d1', 'd2'))
    .when({ type: 'LetWorkOn', ...place })
    .refused('live-deployment-changed', /d1 is live/);
});

test('what was live before any was planned has no stream to be told', () => {
  const event = { flow: 'content', supersedes: 'initial', by: 'ann', reason: null };
  const carried = onCompletion({ deploymentId: 'd2' }, [
    { type: 'DeploymentCompleted', data: event },
  ]);
  expect(carried.map(({ category }) => category)).toEqual(['flow']);
});

test('only the default flow has its live deployment stamped on what follows', () => {
  const event = activated('d1', null);
  expect(stampOf(event)).toBe('d1');
  expect(stampOf({ ...event, data: { ...event.data, flow: 'podcast' } })).toBeNull();
});

test('a completion is carried to the flow, and to the one that was live', () => {
  const completed = (supersedes: string | null) =>
    onCompletion({ deploymentId: 'd2' }, [
      {
        type: 'DeploymentCompleted',
        data: { flow: 'content', supersedes, by: 'ann', reason: null },
      },
    ]);
  expect(completed('d1').map(({ category, id }) => `${category}-${id}`)).toEqual([
    'flow-content',
    'deployment-d1',
  ]);
  expect(completed(null).map(({ command }) => command.type)).toEqual(['ActivateDeployment']);
  expect(onCompletion({ deploymentId: 'd2' }, [])).toEqual([]);
});
