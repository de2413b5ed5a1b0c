import { useRef, useState } from 'preact/hooks';
import { route, setQuery } from '../routing/route';

interface Properties {
  readonly label: string;
  /** Of the parameter of the page's address that keeps it. */
  readonly name: string;
  readonly value: string;
}

/**
 * A day of UTC, kept in the page's address. One that is typed is taken over by Enter or on leaving the
 * field: on its way there each digit of the year makes another day, such as one of the year 2.
 */
export const DayField = ({ label, name, value }: Properties) => {
  const [draft, setDraft] = useState<string | null>(null);
  const isTyping = useRef(false);
  const { page } = route.value;
  const takeOver = (field: HTMLInputElement): void => {
    isTyping.current = false;
    // Going to another page leaves the field, too.
    if (draft === null || route.peek().page !== page) return;
    setDraft(null);
    if (!field.validity.badInput && draft !== value) setQuery({ [name]: draft });
  };
  return (
    <label class="choice">
      <span>{label}</span>
      <input
        type="date"
        value={draft ?? value}
        onKeyDown={(event) => {
          if (event.key === 'Enter') takeOver(event.currentTarget);
          else if (/^(\d|Backspace|Delete|Arrow.+)$/.test(event.key)) isTyping.current = true;
        }}
        onInput={(event) => {
          if (isTyping.current) setDraft(event.currentTarget.value);
          else setQuery({ [name]: event.currentTarget.value });
        }}
        onBlur={(event) => {
          takeOver(event.currentTarget);
        }}
      />
    </label>
  );
};
