import { count } from '../../format/numbers';
import { Panel } from '../../parts/panel';

interface Properties {
  readonly of: string;
  readonly faults: readonly { readonly kind: string; readonly detail: string }[];
  readonly faultCount: number;
}

/** What does not hold, and where. */
export const Faults = ({ of, faults, faultCount }: Properties) => (
  <Panel title={`Faults of ${of}`} note={`${count(faultCount)} in all`}>
    <ul class="faults">
      {faults.map(({ kind, detail }) => (
        <li key={`${kind} ${detail}`}>
          <b>{kind}</b> {detail}
        </li>
      ))}
    </ul>
  </Panel>
);
