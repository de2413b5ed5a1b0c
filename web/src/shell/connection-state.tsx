import { useEffect, useState } from 'preact/hooks';
import { connection, reconnect } from '../live/tail';

const secondsLeft = (until: number): number => Math.max(0, Math.ceil((until - Date.now()) / 1_000));

const Waiting = ({ until, why }: { readonly until: number; readonly why: string }) => {
  const [left, setLeft] = useState(secondsLeft(until));
  useEffect(() => {
    const timer = setInterval(() => {
      setLeft(secondsLeft(until));
    }, 500);
    return () => {
      clearInterval(timer);
    };
  }, [until]);
  return (
    <>
      <span title={why}>
        Not connected<span class="connection__more">; trying in {left} s</span>
      </span>
      <button type="button" class="button button--small" onClick={reconnect}>
        Try now
      </button>
    </>
  );
};

/** Whether what is shown follows the ledger. */
export const ConnectionState = () => {
  const now = connection.value;
  return (
    <div class={`connection connection--${now.state}`} data-state={now.state}>
      <span class="connection__light" aria-hidden="true" />
      {now.state === 'waiting' ? (
        <Waiting until={now.until} why={now.why} />
      ) : (
        <span role="status">{now.state === 'live' ? 'Live' : 'Connecting'}</span>
      )}
    </div>
  );
};
