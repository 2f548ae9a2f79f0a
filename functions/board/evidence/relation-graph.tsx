import type { JSX } from 'preact';
import { countOf } from '../model/words.ts';
import { toOutsideText } from '../parts/outside-text.tsx';
import { deviceName, userName } from './asset-names.ts';
import { layRelations, type Relation } from './relations.ts';

const WIDTH = 720;
const ROW_PX = 26;
const [LEFT, RIGHT] = [300, 420];
/** More would be a picture of lines alone; the tables below have all of them. */
const MOST_NODES = 16;
const MAX_NAME = 38;

/** Users on the left, devices on the right, a line where alerts name both. The table of users says the same in words. */
export function RelationGraph({ relations }: { relations: readonly Relation[] }): JSX.Element | null {
  const { users, devices } = layRelations(relations);
  const rows = Math.max(users.length, devices.length);
  if (relations.length === 0 || rows > MOST_NODES) return null;
  const yOf = (at: number, count: number): number => ((at + 0.5) * rows * ROW_PX) / count;
  const yOfUser = (relation: Relation): number => yOf(users.indexOf(relation.user), users.length);
  const yOfDevice = (relation: Relation): number => yOf(devices.indexOf(relation.device), devices.length);
  return (
    <svg class="relations" viewBox={`0 0 ${WIDTH} ${rows * ROW_PX}`} role="img" aria-label={describe(relations)}>
      {relations.map((relation) => (
        <line
          key={`${users.indexOf(relation.user)} ${devices.indexOf(relation.device)}`}
          x1={LEFT}
          y1={yOfUser(relation)}
          x2={RIGHT}
          y2={yOfDevice(relation)}
          stroke-width={Math.min(4, relation.alerts)}
        >
          <title>{describeOne(relation)}</title>
        </line>
      ))}
      {users.map((user, at) => (
        <Node key={at} x={LEFT} y={yOf(at, users.length)} name={userName(user)} isLeft />
      ))}
      {devices.map((device, at) => (
        <Node key={at} x={RIGHT} y={yOf(at, devices.length)} name={deviceName(device)} />
      ))}
    </svg>
  );
}

interface NodeProps {
  x: number;
  y: number;
  name: string;
  isLeft?: boolean;
}

function Node({ x, y, name, isLeft = false }: NodeProps): JSX.Element {
  return (
    <g>
      <title>{toOutsideText(name)}</title>
      <circle cx={x} cy={y} r={5} />
      <text x={isLeft ? x - 12 : x + 12} y={y} text-anchor={isLeft ? 'end' : 'start'} dominant-baseline="central">
        {toOutsideText(name, MAX_NAME)}
      </text>
    </g>
  );
}

const describe = (relations: readonly Relation[]): string =>
  `Users and devices that the same alerts name: ${relations.map(describeOne).join('; ')}`;

const describeOne = ({ user, device, alerts }: Relation): string =>
  toOutsideText(`${userName(user)} and ${deviceName(device)} in ${countOf(alerts, 'alert')}`);
