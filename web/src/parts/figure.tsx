import type { ComponentChildren } from 'preact';
import type { Tone } from './tone';

interface Properties {
  readonly label: string;
  readonly value: ComponentChildren;
  readonly unit?: string;
  readonly note?: ComponentChildren;
  /** To what is behind the figure. */
  readonly href?: string;
  readonly tone?: Tone;
  readonly title?: string;
}

/** One number, with its unit and the way to what it is made of. */
export const Figure = ({ label, value, unit, note, href, tone = 'plain', title }: Properties) => {
  const body = (
    <>
      <span class="figure__label">{label}</span>
      <span class="figure__value" title={title}>
        {value}
        {unit !== undefined && <span class="figure__unit"> {unit}</span>}
      </span>
      {note !== undefined && <span class="figure__note">{note}</span>}
    </>
  );
  const name = `figure figure--${tone}`;
  return href === undefined ? (
    <div class={name}>{body}</div>
  ) : (
    <a class={name} href={href}>
      {body}
    </a>
  );
};
