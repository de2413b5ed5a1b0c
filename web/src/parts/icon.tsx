const shapes = {
  overview: 'M3 3h6v7H3zM11 3h6v4h-6zM11 9h6v8h-6zM3 12h6v5H3z',
  executions: 'M3 5h9M3 10h14M3 15h6M15 3v4M12 13v4',
  alerts: 'M10 3a5 5 0 0 1 5 5v4l2 2H3l2-2V8a5 5 0 0 1 5-5zM8 17h4',
  roi: 'M3 17h14M5 14v-4M9 14V6M13 14V9M17 14V4',
  style: 'M4 4h8a4 4 0 0 1 4 4v8H8a4 4 0 0 1-4-4zM7 8h6M7 11h4',
  events: 'M4 4v12M4 6h4M4 10h8M4 14h12',
  proof: 'M10 2l7 3v5c0 4-3 7-7 8-4-1-7-4-7-8V5zM7 10l2 2 4-4',
  deployments: 'M10 3l6 3v7l-6 4-6-4V6zM4 6l6 4 6-4M10 10v7',
  rollbacks: 'M4 5v5h5M4 10a6.5 6.5 0 1 1 2 5',
  rebuilds: 'M16 6a7 7 0 1 0 1 5M17 3v4h-4',
  theme: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
  leave: 'M8 4H4v12h4M11 7l4 3-4 3M15 10H8',
  clock: 'M10 3a7 7 0 1 0 .1 0M10 6v4l3 2',
} as const;

export type IconName = keyof typeof shapes;

export const Icon = ({ name }: { readonly name: IconName }) => (
  <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
    <path d={shapes[name]} />
  </svg>
);
