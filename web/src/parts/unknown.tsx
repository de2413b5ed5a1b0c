import { asOf, link } from '../routing/route';
import { Empty } from './empty';
import { Panel } from './panel';

interface Properties {
  /** What was looked for, such as an execution. */
  readonly what: string;
  readonly id: string;
  /** The page of all of them, and what it is called. */
  readonly page: string;
  readonly all: string;
}

/** There is nothing of this id, at the moment shown; and where to look instead. */
export const Unknown = ({ what, id, page, all }: Properties) => (
  <Panel title="Not found">
    <Empty>
      {asOf.value === null ? 'There is' : 'At the moment shown there was'} no {what}{' '}
      <code class="unknown-id">{id}</code>. <a href={link(page)}>{all}</a>
      {asOf.value !== null && (
        <>
          {' '}
          or <a href={link(page, id, { asOf: null })}>look for it now</a>
        </>
      )}
    </Empty>
  </Panel>
);
