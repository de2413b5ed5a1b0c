/*
 * A short text on software engineering, written for this evaluation: what the questions beside it
 * are answered by, for whoever has no articles at hand.
 */

/** Paragraphs by name. */
export const ownText = {
  estimates:
    'An estimate is a range with a probability, yet it is written down as a date. Once a date is on a slide, every hour of delay looks like a broken promise, and the people who gave the number learn to pad it. Padding is then discovered, removed, and the next plan fails for the opposite reason. Teams that publish a spread, and update it weekly, argue less and surprise nobody.',
  meetings:
    'A calendar full of half-hour appointments leaves no stretch long enough to hold a difficult problem in the head. Programmers lose not the thirty minutes but the hour around them: winding down before, finding the thread again after. Moving all ceremonies to two afternoons gave one department back eleven uninterrupted hours each week.',
  naming:
    'A function called process or handle tells the reader that its author did not know what it does either. Good identifiers are found late, when the concept has become clear, and changing them is the cheapest refactoring there is. If no honest word fits, the thing probably does two jobs.',
  comments:
    'Remarks that repeat the statement below them rot first, since nobody is forced to keep them true. What deserves prose is the reason: the experiment that failed, the law that demands the odd rule, the machine that needs the strange order. A future maintainer can see what happens; only you can say why.',
  monolith:
    'Splitting one program into forty services does not remove the complexity, it moves it into the network, where it is harder to see and to test. Most companies that started with a single deployable and clear internal borders could still cut it apart later; those that began with the swarm seldom find their way back.',
  queues:
    'Work that arrives at random and is served by a busy crew waits longer than intuition says. At eighty per cent utilisation the queue is four times the service time, at ninety-five it is nineteen times. Managers who keep everyone fully occupied therefore choose slow delivery, without ever having decided on it.',
  backups:
    'Nobody needs a backup; everybody needs a restore. The nightly copy ran green for three years before an engineer tried to load it and found that the largest table had been left out by a misspelled pattern. A copy that has not been read back on another machine, on a schedule, is a rumour.',
  secrets:
    'A password that was committed once stays in the history of the repository after it is deleted from the file. Rotating the credential is the only repair; rewriting commits merely hides the leak from honest people. Short-lived tokens make the whole question smaller, since what is stolen has expired by the evening.',
  onboarding:
    'The first week of a newcomer measures the state of a codebase better than any tool. If it takes four days to build the project and two colleagues to explain the environment variables, the same friction is paid by everyone, who has only stopped noticing. Let each recruit fix the set-up guide as their first change.',
  flags:
    'Switches that turn features on for a few customers separate shipping from releasing, which is their gift. Their price comes later: each doubles the number of programs that are in production, and the ones nobody removes are tested in no combination at all. Give every switch an owner and a date on which it dies.',
  caching:
    'A cache hides a slow query until the morning when it is empty. Then every visitor asks the database at once, the database falls over, and the cache cannot fill because nothing answers. Letting a single request rebuild an entry while the others wait, and adding some noise to expiry times, removes this stampede.',
  timeouts:
    'A call without a deadline borrows a thread for ever. When the other side becomes slow rather than dead, the pool drains silently and a healthy service goes down with the sick one. Every remote request needs a limit shorter than the patience of whoever waits for it, and a plan for what to do when that limit passes.',
  retries:
    'Trying again looks harmless and is how small outages become large. Three layers that each repeat a failed request three times turn one click into twenty-seven attempts, aimed at a machine that is already struggling. Repeat in one place only, with growing and randomised pauses, and stop when the budget is spent.',
  idempotency:
    'Networks lose answers as readily as questions, so the sender never knows whether its order was carried out. If each order has a number and the receiver remembers the numbers it has served, sending twice costs nothing and nobody is charged double. Exactly-once is a property of the effect, not of the wire.',
  clocks:
    'Two computers do not agree on the time, and one of them does not even agree with itself a second later. Ordering facts by wall clock therefore reorders cause and effect now and then, usually on the night when it matters. Counters handed out by whoever stores the facts have no such opinion.',
  migrations:
    'Renaming a column in one step breaks the version of the program that is still running. The patient way has four: add the new one, write to both, copy what is old, and only when no reader is left, drop the former. Each step can be undone alone, and no customer sees a maintenance page.',
  indexes:
    'Each index that speeds up a report slows down every insert, and half of them are read by nobody. The catalogue of the database counts how often one is used; those at zero after a full quarter can go. A composite that begins with the wrong column is a decoration.',
  pairing:
    'Two people at one keyboard look like half the output to anyone who counts lines. What they produce has fewer defects, needs no separate review, and leaves two who understand it. It also tires: four hours a day is plenty, and forcing it upon everyone all the time drives away those who think best alone.',
  postmortem:
    'An inquiry that ends with the name of a person has stopped one question too early. Somebody typed the wrong command because the console for production looks like the one for testing; that is a fact about consoles. People report what they saw only where reporting has never cost anyone their job.',
  oncall:
    'A pager that rings for things which can wait until breakfast trains its bearer to ignore it. Each alarm should name a harm to users and something that a sleepy human can do about it at once. What fails both tests belongs on a dashboard, or in the bin. Paying extra for disturbed nights concentrates the minds of those who own the noise.',
  legacy:
    'Old code is code that earned money long enough to become old. It is ugly because it remembers a hundred customers with exceptions that nobody wrote down elsewhere. Throwing it away means paying for each of those lessons again; wrapping it in checks that record what it does today, and replacing it slice by slice, does not.',
  performance:
    'Programmers are poor at guessing where the time goes. A profile taken on real traffic points to a date parser or a logging call more often than to the clever algorithm everyone was about to rewrite. Measure first, change one thing, measure again; keep the numbers, or the same argument comes back in spring.',
  accessibility:
    'A page that works without a mouse works better for everybody: keyboards are faster, tests can drive it, and search engines understand its headings. Contrast that pleases a designer at noon cannot be read on a telephone in the sun. Asking one blind colleague to buy something teaches more than a checklist.',
  licences:
    'A dependency is a contract that arrives without a lawyer. Some of them require that whatever is built on top be published as well, and a few change their terms between one minor version and the next. A list of everything that ships, made by the build and read by a human twice a year, avoids an expensive letter.',
  dependencies:
    'The package with eleven lines and forty million downloads is maintained by one person in the evenings. When it breaks, or is bought by a stranger with bad intentions, half the industry stops. Pin what you use, keep a copy, update on your own timetable, and write the eleven lines yourself where you can.',
  hiring:
    'Puzzles on a whiteboard select for those who practised puzzles. A small piece of real work, paid, discussed afterwards with the people one would sit beside, predicts far better how someone will do. Asking every applicant the same questions, in the same order, halves the influence of who went to which university.',
  remote:
    'A team spread over nine time zones cannot settle things in the corridor, and that turns out to be a strength: decisions have to be written, so they can be found, and those who join later can read how they came about. What suffers is trust, which needs a few days in one room each season.',
  prototypes:
    'A prototype answers a question and should be thrown away with the answer in hand. The danger is that it works: a director sees it move and asks for it on Monday. Building it in a language that cannot be deployed, or on paper, is the surest protection.',
  encryption:
    'Inventing a cipher at home is a way to be robbed politely. Established libraries have been attacked by experts for decades, and their defaults are better than your judgement at midnight. The remaining mistakes concern keys: where they lie, who may read them, and what happens on the day one has to be replaced.',
  logging:
    'Lines written for humans cannot be counted by machines. Once each record is a set of named fields, with an identifier that follows a request through every process, a question such as which customers saw this error takes a minute and not an afternoon. Leave out names and card numbers: what is never written cannot leak.',
  spreadsheets:
    'Behind every large system there is a worksheet that does the part nobody dared to specify. It is the most honest requirements document in the building: it shows which columns matter, who checks what, and where the rules bend. Automating it should begin with sitting beside its author for a day.',
  energy:
    'A data centre heats the river whether or not anyone uses what it computes. Jobs that can wait for the windy hours, images that are not sent in four times the needed size, and machines that are switched off at weekends cut the bill and the emissions by the same stroke; there are few cases where thrift and conscience agree so well.',
} as const;

export type OwnParagraph = keyof typeof ownText;
