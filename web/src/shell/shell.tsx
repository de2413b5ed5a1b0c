import { useEffect, useRef } from 'preact/hooks';
import { Icon } from '../parts/icon';
import { asOf, link, route } from '../routing/route';
import { me, signOut } from '../session/session';
import type { Me } from '../session/session';
import { isMoment } from '../time/moment-text';
import { TimeSlider } from '../time/time-slider';
import { ConnectionState } from './connection-state';
import { keepFocus } from './keep-focus';
import { pagesFor } from './pages';
import type { Page } from './pages';
import { isDark, toggleTheme } from './theme';

const Navigation = ({ pages, current }: { pages: readonly Page[]; current: Page | undefined }) => (
  <nav class="nav" aria-label="Pages">
    <a class="nav__brand" href={link('overview')} aria-label="Flowledger, overview">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path d="M8 10h16M8 16h11M8 22h6" />
      </svg>
      <span>Flowledger</span>
    </a>
    <ul>
      {pages.map((page) => (
        <li key={page.name}>
          <a href={link(page.name)} aria-current={page === current ? 'page' : undefined}>
            <Icon name={page.icon} />
            {page.title}
          </a>
        </li>
      ))}
    </ul>
  </nav>
);

const Account = ({ holder }: { readonly holder: Me }) => (
  <div class="account">
    <button
      type="button"
      class="icon-button"
      aria-label={isDark() ? 'Light colours' : 'Dark colours'}
      onClick={toggleTheme}
    >
      <Icon name="theme" />
    </button>
    <span class="account__name" title={`Signed in as ${holder.name}`}>
      {holder.name === holder.role ? holder.role : `${holder.name} · ${holder.role}`}
    </span>
    <button type="button" class="icon-button" aria-label="Sign out" onClick={signOut}>
      <Icon name="leave" />
    </button>
  </div>
);

const Nowhere = () => (
  <p class="empty">
    There is no such page for your key. <a href={link('overview')}>To the overview</a>
  </p>
);

const NoMoment = () => (
  <p class="note note--bad" role="alert">
    The address asks for a moment that is none: it is a position such as 12000, or a time such as
    2026-11-28T16:00:00Z.
  </p>
);

/** Everything around a page. */
export const Shell = ({ holder }: { readonly holder: Me }) => {
  const heading = useRef<HTMLHeadingElement>(null);
  const { page: name, id } = route.value;
  const pages = pagesFor(holder.role);
  const current = pages.find((page) => page.name === name);
  const title = id ?? current?.title ?? 'Not found';
  const content = useRef<HTMLElement>(null);
  useEffect(
    () =>
      content.current === null ? undefined : keepFocus(content.current, () => heading.current),
    [],
  );
  const isFirst = useRef(true);
  useEffect(() => {
    document.title = `${title} · Flowledger`;
    // A screen reader hears of the new page; the first one it reads anyway.
    if (!isFirst.current) heading.current?.focus();
    isFirst.current = false;
  }, [name, id]);
  const isShowable = asOf.value === null || isMoment(asOf.value);
  const Content = isShowable ? (current?.component ?? Nowhere) : NoMoment;
  return (
    <div class="shell">
      <button
        type="button"
        class="skip button"
        onClick={() => {
          heading.current?.focus();
        }}
      >
        Skip to content
      </button>
      <Navigation pages={pages} current={current} />
      <header class="top">
        <TimeSlider />
        <ConnectionState />
        <Account holder={holder} />
      </header>
      <main ref={content} class="main">
        <h1 ref={heading} tabIndex={-1}>
          {id !== null && current !== undefined && (
            <>
              <a href={link(current.name)}>{current.title}</a>
              <span aria-hidden="true"> / </span>
            </>
          )}
          {title}
        </h1>
        <Content key={me.value?.role} />
      </main>
    </div>
  );
};
