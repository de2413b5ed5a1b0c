import type { DeploymentRow } from './deployment';

interface Properties {
  readonly before: DeploymentRow;
  readonly seen: DeploymentRow;
  /** What is pressed to sign. */
  readonly action: string;
}

/** What became of a deployment between the content that was refused and the one that is signed now. */
export const SinceSeen = ({ before, seen, action }: Properties) => {
  if (before === seen) return <p role="status">What changed is being looked up…</p>;
  return (
    <div class="note note--warn" role="status">
      <p>It changed since it was shown here:</p>
      <ul>
        {seen.timeline.slice(before.timeline.length).map(({ at, by, text }, index) => (
          <li key={`${at} ${String(index)}`}>
            {text}, by {by}
          </li>
        ))}
      </ul>
      <p>{action} again to sign it as it is now.</p>
    </div>
  );
};
