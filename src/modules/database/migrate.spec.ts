import { requireVersion } from './migrate';

test.each(['16.0', '18.4', '19beta1', '16.9 (Debian 16.9-1.pgdg120+1)'])(
  'PostgreSQL %s is taken',
  (version) => {
    expect(() => {
      requireVersion(version);
    }).not.toThrow();
  },
);

test.each(['15.18', '9.6.24', '15.3 (Ubuntu 15.3-1)'])(
  'PostgreSQL %s is refused in one line that names the setting',
  (version) => {
    expect(() => {
      requireVersion(version);
    }).toThrow(`DATABASE_URL leads to PostgreSQL ${version}: 16 or later is needed`);
  },
);
