/** Words of everyday trades, all of them regular, so that their other forms follow by rule. */
const listed = (text: string): readonly string[] => text.trim().split(/\s+/);

export const nouns = listed(`
  anchor apron archive artist badger bakery barrel basket beacon bicycle blanket boulder brewer bridge
  bucket builder butcher cabin candle canvas captain carpenter carpet castle cellar chapel chimney
  circus cliff clock cobbler colony comet compass cottage cricket curtain dealer desert dragon drawer
  driver eagle engine envelope falcon farmer feather fiddler forest fountain furnace garden gardener
  ghost glacier glove goblet grocer guitar hammer harbour hawker helmet hermit hollow hunter island
  jacket jeweller kettle kitchen ladder lantern lawyer lemon letter lighthouse lizard locker mailer
  mango marble market mason meadow merchant mirror monastery motor mountain museum musician needle
  nomad notebook nurse oboe orchard otter oven painter palace parcel pasture pepper piano pilgrim
  pillow pirate planet plumber pocket potter printer prison puppet quarry rabbit railway ranger ribbon
  river roof rooster sailor saddle salmon scholar sculptor shepherd shovel signal singer smith soldier
  spider spoon stable station statue steamer storm student tailor tavern teacher telescope temple
  theatre thicket ticket timber tower trader treasure trumpet tunnel turtle tutor valley vessel village
  violin voyage wagon waiter walnut warden weaver whistle widow willow window wizard workshop writer`);

export const verbs = listed(`
  admire answer approach assemble attack avoid balance bargain boil borrow bury carry cherish claim
  collect colour compare conceal copy cover decorate defend deliver demand deny describe destroy
  discover display divide doubt examine explain explore favour fetch follow gather guard hammer hinder
  honour ignore improve inspect invent invite join label launch lift measure mend mock move notice obey
  observe offer open paint pardon plant polish praise prepare preserve promise protect pull punish
  question reach recall recover refuse remember repair replace rescue return scrub search shelter
  smuggle sort study supply surround thank trade train trust visit warn watch weigh welcome`);

export const adjectives = listed(`
  ancient bitter bold brittle calm careful clever clumsy cold crooked curious damp dark distant dusty
  eager empty faded famous fierce foreign forgotten fragile frozen gentle golden greedy grim heavy hollow
  honest humble idle jealous lazy lonely loud lucky mellow modest muddy narrow nervous noble odd patient
  plain polite proud quiet rare restless rough rusty sacred secret severe shallow silent silver simple
  sleepy slender sour stubborn sturdy sudden swift tender tidy tired tough vacant velvet weary wicked
  wild wise wooden young`);

const vowel = /[aeiou]$/;

/** More than one of a thing. */
export const plural = (noun: string): string => {
  if (/(s|x|ch|sh)$/.test(noun)) return `${noun}es`;
  if (noun.endsWith('y') && !vowel.test(noun.slice(0, -1))) return `${noun.slice(0, -1)}ies`;
  return `${noun}s`;
};

/** What one thing does; by the same rule. */
export const present = plural;

export const past = (verb: string): string => {
  if (verb.endsWith('e')) return `${verb}d`;
  return /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ied` : `${verb}ed`;
};

export const progressive = (verb: string): string =>
  `${verb.endsWith('e') ? verb.slice(0, -1) : verb}ing`;

const beginnings = listed(
  'Al Bel Cor Dun El Fal Gar Hol Ist Kel Lor Mer Nor Ost Pel Rav Sel Tor Ul Vin',
);
const middles = listed('a an de el i in ma mo no o or ra re ri sa ta ti u ver ya');
const endings = listed('bury dale den ford ham holm ley mere mouth stead ton wick');

/** Names of 4,800 places, as texts are full of: most of them come up once or twice. */
export const places: readonly string[] = beginnings.flatMap((beginning) =>
  middles.flatMap((middle) => endings.map((ending) => `${beginning}${middle}${ending}`)),
);
