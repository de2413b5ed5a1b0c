import { useState } from 'preact/hooks';
import { setQuery } from '../routing/route';
import { momentOf } from './moment-text';

/** A moment by its position or time, typed. */
export const MomentField = () => {
  const [text, setText] = useState('');
  const [isWrong, setWrong] = useState(false);
  return (
    <form
      class="moment__field"
      onSubmit={(event) => {
        event.preventDefault();
        const moment = momentOf(text);
        setWrong(moment === undefined);
        if (moment === undefined) return;
        setQuery({ asOf: moment });
        setText('');
      }}
    >
      <input
        value={text}
        placeholder="Position or UTC time"
        aria-label="Go to a position or a time of UTC"
        aria-invalid={isWrong}
        title="Such as 12000, or 2026-11-28 16:00"
        onInput={(event) => {
          setText(event.currentTarget.value);
        }}
      />
      <button type="submit" class="button button--small">
        Go
      </button>
      {isWrong && (
        <span class="moment__fault" role="alert">
          a position such as 12000, or a time such as 2026-11-28 16:00
        </span>
      )}
    </form>
  );
};
