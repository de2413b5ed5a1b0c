import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

const environment =
  'Only src/modules/config reads the environment: take the parsed settings instead.';

export default tseslint.config(
  { ignores: ['dist/', 'client/contract.ts', 'coverage/', '.flowledger/', 'test-output/'] },
  eslint.configs.recommended,
  {
    files: ['**/*.ts', 'web/src/**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { project: './tsconfig.check.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        // A default would hide the event that nobody handles.
        { allowDefaultCaseForExhaustiveSwitch: false, requireDefaultForNonUnion: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      // A Nest module is a class whose whole content is its decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // Numbers and bigints print the same everywhere; objects and undefined stay refused.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      // `onModuleInit = () => this.start()`: the arrow's value is discarded by Nest.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      eqeqeq: 'error',
      // It changes nothing but how they are laid out.
      'no-restricted-syntax': [
        'error',
        ...['ObjectExpression', 'ArrayExpression'].map((literal) => ({
          selector: `${literal} > SpreadElement > ${literal}`,
          message: 'Write out what is spread here: it is a literal.',
        })),
      ],
    },
  },
  {
    files: ['web/src/**/*.{ts,tsx}'],
    ignores: ['**/*.spec.ts'],
    languageOptions: {
      parserOptions: { project: './web/tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
  },
  {
    files: ['src/**/*.ts'],
    ignores: ['src/modules/config/**'],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: environment },
      ],
      'no-restricted-imports': [
        'error',
        { paths: ['process', 'node:process'].map((name) => ({ name, message: environment })) },
      ],
    },
  },
  {
    files: ['**/*.spec.ts', 'test/**/*.ts'],
    rules: {
      // A value that is not there fails the test at once, which is what the test is for.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // `expect.any(String)` is typed any by Jest.
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: { module: 'writable', require: 'readonly', __dirname: 'readonly' },
    },
  },
);
