import { route } from '../../routing/route';
import { ExecutionPage } from './execution-page';
import { ExecutionsList } from './executions-list';
import './executions.css';

/** All executions, or one of them. */
export const ExecutionsPage = () => {
  const { id } = route.value;
  return id === null ? <ExecutionsList /> : <ExecutionPage key={id} executionId={id} />;
};
