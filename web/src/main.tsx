import { render } from 'preact';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import { App } from './app';
import './styles/print.css'; // behind the styles of pages, which it overrules

const root = document.getElementById('app');
if (root !== null) render(<App />, root);
