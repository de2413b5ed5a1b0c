import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiProblem } from '../api/problem';
import { notice } from './key';
import { signIn } from './session';

const said = (problem: ApiProblem): string =>
  problem.status === 401 ? 'This key is not valid here.' : problem.detail;

/** Asks for a key. */
export const SignIn = () => {
  const field = useRef<HTMLInputElement>(null);
  const [fault, setFault] = useState<string>();
  const [isAsking, setAsking] = useState(false);
  useEffect(() => field.current?.focus(), []);

  const submit = async (secret: string): Promise<void> => {
    setAsking(true);
    setFault(undefined);
    try {
      await signIn(secret);
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      setFault(said(error));
      setAsking(false);
      field.current?.select();
    }
  };
  return (
    <main class="sign-in">
      <form
        class="sign-in__card"
        onSubmit={(event) => {
          event.preventDefault();
          const secret = field.current?.value.trim() ?? '';
          if (secret !== '' && !isAsking) void submit(secret);
        }}
      >
        <h1>
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <path d="M8 10h16M8 16h11M8 22h6" />
          </svg>
          Flowledger
        </h1>
        <p>The ledger of your content pipeline: every number, and the facts behind it.</p>
        {notice.value !== null && fault === undefined && (
          <p class="note note--warn" role="status">
            {notice.value}
          </p>
        )}
        <label class="field">
          <span>Key</span>
          <input
            ref={field}
            type="password"
            name="key"
            autocomplete="off"
            spellcheck={false}
            required
            aria-invalid={fault !== undefined}
            aria-describedby="sign-in-help"
          />
        </label>
        {fault !== undefined && (
          <p class="note note--bad" role="alert">
            {fault}
          </p>
        )}
        <button type="submit" class="button button--primary" aria-disabled={isAsking}>
          Sign in
        </button>
        <p id="sign-in-help" class="sign-in__help">
          Keys are in <code>keys.json</code> below <code>FLOWLEDGER_HOME</code>. An analyst's key
          reads; an operator's does everything. It is kept in this tab until it is closed.
        </p>
      </form>
    </main>
  );
};
