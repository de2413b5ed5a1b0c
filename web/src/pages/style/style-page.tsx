import { asOf } from '../../routing/route';
import { mayQueryStyle } from '../../session/session';
import { NeverUsedPanel } from './never-used-panel';
import { QueryPanel } from './query-panel';
import { StyleFigures } from './style-figures';
import { UsedPanel } from './used-panel';
import './style.css';

/** The style memory: what it holds, how it is used, and how it answers. */
export const StylePage = () => (
  <>
    <StyleFigures />
    {asOf.value === null && mayQueryStyle() && <QueryPanel />}
    <div class="grid grid--start">
      <UsedPanel />
      <NeverUsedPanel />
    </div>
  </>
);
