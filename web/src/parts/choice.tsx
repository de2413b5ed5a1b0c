interface Properties {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly onChoose: (value: string) => void;
}

/** One of a few, as a labelled list to choose from. */
export const Choice = ({ label, value, options, onChoose }: Properties) => (
  <label class="choice">
    <span>{label}</span>
    <select
      value={value}
      onChange={(event) => {
        onChoose(event.currentTarget.value);
      }}
    >
      {options.map(([name, text]) => (
        <option key={name} value={name}>
          {text}
        </option>
      ))}
    </select>
  </label>
);
