import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface Properties {
  readonly title: string;
  readonly note?: ComponentChildren;
  readonly actions?: ComponentChildren;
  readonly span?: 'wide' | 'half' | 'full';
  readonly children: ComponentChildren;
}

/** A titled part of a page. */
export const Panel = ({ title, note, actions, span, children }: Properties) => {
  const id = useId();
  return (
    <section class={`panel ${span === undefined ? '' : `panel--${span}`}`} aria-labelledby={id}>
      <header class="panel__head">
        <h2 id={id}>{title}</h2>
        {note !== undefined && <p class="panel__note">{note}</p>}
        {actions !== undefined && <div class="panel__actions">{actions}</div>}
      </header>
      {children}
    </section>
  );
};
