interface Properties<Value> {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly (readonly [value: Value, label: string])[];
  readonly onChoose: (value: Value) => void;
}

/** One of a few, as a labelled list to choose from. */
export const Choice = <Value extends string>({
  label,
  value,
  options,
  onChoose,
}: Properties<Value>) => (
  <label class="choice">
    <span>{label}</span>
    <select
      value={value}
      onChange={(event) => {
        onChoose(event.currentTarget.value as Value); // it is that of an option
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
