import { isDark } from '../shell/theme';

/* Told apart also with the common forms of colour blindness, and 3:1 against the surface. */
const onLight = [
  '#17696a',
  '#c2571a',
  '#3b63c4',
  '#8c4aa8',
  '#7d6a00',
  '#b3386b',
  '#4b7f2a',
  '#5d6a71',
];
const onDark = [
  '#63c7c0',
  '#f2a067',
  '#8fb0ff',
  '#cf9ff0',
  '#d8c94f',
  '#f58db5',
  '#9ed67a',
  '#a3b1b7',
];

const seriesColours = (): readonly string[] => (isDark() ? onDark : onLight);

export const colourOf = (index: number): string => {
  const colours = seriesColours();
  return colours[index % colours.length] ?? '';
};

/** What a chart is drawn with besides its series. */
export const chartInk = (): { readonly text: string; readonly line: string } =>
  isDark() ? { text: '#93a1a7', line: '#2a363b' } : { text: '#5d6a71', line: '#d9e0e1' };
