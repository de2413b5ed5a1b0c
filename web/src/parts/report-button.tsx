import { unreachable } from '../api/problem';
import { ask } from '../api/request';
import { useAttempt } from '../api/use-attempt';
import { ProblemNote } from './problem-note';

interface Properties {
  readonly path: string;
  /** Of the file. */
  readonly name: string;
}

/** A link could not send the key: the report is asked for, then handed to the browser. */
const download = async ({ path, name }: Properties): Promise<void> => {
  const response = await ask(path, { headers: { accept: 'text/markdown' } });
  const report = await response.blob().catch(() => {
    throw unreachable(); // it broke off on its way
  });
  const address = URL.createObjectURL(report);
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name}.md`;
  link.click();
  URL.revokeObjectURL(address);
};

/** The report for people, as a file. */
export const ReportButton = (properties: Properties) => {
  const { problem, isUnderWay, attempt } = useAttempt();
  return (
    <>
      <button
        type="button"
        class="button button--small"
        aria-disabled={isUnderWay}
        onClick={() => void attempt(() => download(properties))}
      >
        Download the report
      </button>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </>
  );
};
