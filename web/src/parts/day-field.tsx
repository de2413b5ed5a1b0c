import { setQuery } from '../routing/route';

interface Properties {
  readonly label: string;
  /** Of the parameter of the page's address that keeps it. */
  readonly name: string;
  readonly value: string;
}

/** A day of UTC, kept in the page's address. */
export const DayField = ({ label, name, value }: Properties) => (
  <label class="choice">
    <span>{label}</span>
    <input
      type="date"
      value={value}
      onChange={(event) => {
        setQuery({ [name]: event.currentTarget.value });
      }}
    />
  </label>
);
