import { Answered } from '../../parts/answered';
import { Status } from '../../parts/status';
import { link } from '../../routing/route';
import { placeOfCheck } from './check-places';
import type { Health } from './health';
import { useHealth } from './use-health';

const areas = [
  { name: 'flow', title: 'Flow', page: 'executions' },
  { name: 'rag', title: 'Style memory', page: 'style' },
  { name: 'roi', title: 'ROI', page: 'roi' },
] as const;

const Area = ({ title, page, status }: { title: string; page: string; status: string }) => (
  <li>
    <a href={link(page)} class="area">
      <span>{title}</span>
      <Status name={status} />
    </a>
  </li>
);

const CheckName = ({ name }: { readonly name: string }) => {
  const title = name.replace('projection:', 'read model ');
  const place = placeOfCheck(name);
  if (place === null) return <b>{title}</b>;
  return <a href={link(place.page, null, place.query)}>{title}</a>;
};

/** The checks that somebody should look at, with what they say. */
const Attention = ({ checks }: Pick<Health, 'checks'>) => {
  const open = Object.entries(checks).filter(([, { status }]) => status !== 'healthy');
  if (open.length === 0) return null;
  return (
    <ul class="attention" aria-label="Needs attention">
      {open.map(([name, { status, detail }]) => (
        <li key={name}>
          <Status name={status} />
          <CheckName name={name} />
          <span>{detail}</span>
        </li>
      ))}
    </ul>
  );
};

/** How the whole and the three areas of the pipeline are, and what is wrong where something is. */
export const AreasStrip = () => (
  <section aria-label="Health">
    <Answered<Health> answer={useHealth()} lines={1}>
      {({ status, areas: found, checks }) => (
        <>
          <ul class="areas">
            <li class="area">
              <span>All checks</span>
              <Status name={status} />
            </li>
            {areas.map(({ name, title, page }) => (
              <Area key={name} title={title} page={page} status={found[name] ?? 'absent'} />
            ))}
          </ul>
          <Attention checks={checks} />
        </>
      )}
    </Answered>
  </section>
);
