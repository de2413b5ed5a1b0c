import { key } from './session/key';
import { me } from './session/session';
import { SignIn } from './session/sign-in';
import { Shell } from './shell/shell';

export const App = () => {
  if (key.value === null) return <SignIn />;
  if (me.value === undefined) {
    return (
      <main class="sign-in">
        <p role="status">Asking the server who you are; it has not answered yet.</p>
      </main>
    );
  }
  return <Shell holder={me.value} />;
};
