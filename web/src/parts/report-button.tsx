import { useState } from 'preact/hooks';
import { ApiProblem, unreachable } from '../api/problem';
import { ask } from '../api/request';
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
  const [problem, setProblem] = useState<ApiProblem>();
  const [isBusy, setIsBusy] = useState(false);
  const fetchReport = async (): Promise<void> => {
    setProblem(undefined);
    setIsBusy(true);
    try {
      await download(properties);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setProblem(error);
    } finally {
      setIsBusy(false);
    }
  };
  return (
    <>
      <button
        type="button"
        class="button button--small"
        aria-disabled={isBusy}
        onClick={() => {
          if (!isBusy) void fetchReport();
        }}
      >
        Download the report
      </button>
      {problem !== undefined && <ProblemNote problem={problem} />}
    </>
  );
};
