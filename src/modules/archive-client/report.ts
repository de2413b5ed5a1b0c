import type { ArchiveProgress, ArchiveProof, ArchivesTold } from '../archive/archive.schemas';
import { count, counted, duration, size } from '../cli/amounts';
import { table } from '../cli/table';
import type { Palette } from '../cli/terminal';
import type { ArchivePlan } from './archive-client';

const listedAtMost = 20;

/** Every partition, and what there is of it in files. */
export const archivesText = ({ folder, partitions }: ArchivesTold, { faint }: Palette): string => {
  const columns = [
    { title: 'partition' },
    { title: 'from', align: 'right' },
    { title: 'to', align: 'right' },
    { title: '' },
    { title: 'table', align: 'right' },
    { title: 'files', align: 'right' },
  ] as const;
  const rows = partitions.map((one) => [
    one.partition,
    count(BigInt(one.firstPosition)),
    count(BigInt(one.lastPosition)),
    one.isSealed ? (one.state === 'absent' ? 'sealed' : one.state) : 'open',
    size(one.tableBytes),
    one.bytes === null ? '-' : size(one.bytes),
  ]);
  return `${table(columns, rows, { heading: faint })}archives are in ${folder}\n`;
};

export const planText = ({ partition, events, folder, isArchived }: ArchivePlan): string =>
  `${partition}: ${counted(events, 'event')} would go to ${folder}${isArchived ? ', in place of what is there' : ''}; nothing is written\n`;

/** What became of an export. */
export const archiveText = ({
  partition,
  state,
  total,
  bytes,
  files,
  manifestHash,
  reason,
}: ArchiveProgress): string => {
  if (state !== 'completed') {
    return `${partition}: ${state}${reason === null ? '' : `, ${reason}`}\n`;
  }
  const written = `${counted(files ?? 0, 'file')}, ${size(bytes ?? 0)}`;
  return `${partition}: ${counted(total, 'event')} in ${written}, proven\n  manifest ${manifestHash ?? ''}\n`;
};

/** The proof for a person: each archive, and every file that is not what it has to be. */
export const archiveProofText = (
  { holds, archives, seconds, eventsPerSecond }: ArchiveProof,
  { strong, good, bad }: Palette,
): string => {
  const lines = archives.flatMap(({ partition, events, bytes, hashAfter, faultCount, faults }) => [
    faultCount === 0
      ? `${partition}  ${counted(events, 'event')}, ${size(bytes)}, hash ${hashAfter.slice(0, 12)}\n`
      : bad(`${partition}  ${counted(faultCount, 'fault')}\n`),
    ...faults.slice(0, listedAtMost).map(({ file, detail }) => `  ${file} ${detail}\n`),
    ...(faultCount > listedAtMost ? [`  and ${count(faultCount - listedAtMost)} more\n`] : []),
  ]);
  const none = archives.length === 0 ? 'nothing is archived\n' : '';
  const verdict = holds ? strong(good('Holds')) : strong(bad('Does not hold'));
  const time = `${duration(1_000 * seconds)}, ${count(eventsPerSecond)} events/s`;
  return `${none}${lines.join('')}${verdict}: ${time}\n`;
};
