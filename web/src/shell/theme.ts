import { effect, signal } from '@preact/signals';

const storageName = 'flowledger.theme';

type Theme = 'light' | 'dark' | 'system';

const isTheme = (text: string | null): text is Theme =>
  text === 'light' || text === 'dark' || text === 'system';

const stored = localStorage.getItem(storageName);
const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const systemIsDark = signal(prefersDark.matches);

const theme = signal<Theme>(isTheme(stored) ? stored : 'system');

/** What is seen: charts draw with other colours in the dark. */
export const isDark = (): boolean =>
  theme.value === 'dark' || (theme.value === 'system' && systemIsDark.value);

prefersDark.addEventListener('change', ({ matches }) => {
  systemIsDark.value = matches;
});

effect(() => {
  localStorage.setItem(storageName, theme.value);
  document.documentElement.dataset['theme'] = isDark() ? 'dark' : 'light';
});

export const toggleTheme = (): void => {
  theme.value = isDark() ? 'light' : 'dark';
};
