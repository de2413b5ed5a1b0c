import type { ComponentChildren } from 'preact';

interface Properties {
  readonly label: ComponentChildren;
  readonly value: string;
  readonly rows?: number;
  readonly onInput: (value: string) => void;
}

/** A text that is asked for; of several lines where it has `rows`. */
export const TextField = ({ label, value, rows, onInput }: Properties) => {
  const properties = {
    value,
    spellcheck: false,
    onInput: (event: { currentTarget: { value: string } }) => {
      onInput(event.currentTarget.value);
    },
  };
  return (
    <label class="field">
      <span>{label}</span>
      {rows === undefined ? <input {...properties} /> : <textarea rows={rows} {...properties} />}
    </label>
  );
};
