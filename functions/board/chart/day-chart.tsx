import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { label } from '../model/describe-change.ts';
import { countOf } from '../model/words.ts';
import { useMedia } from '../parts/use-media.ts';
import type { DayCounts } from './count-per-day.ts';
import type { KnownDay } from './known-days.ts';

const HEIGHT_PX = 260;

/** Stacked bars, one a day. The tables below it have the same numbers for users who cannot see it. */
export function DayChart({ counts, known }: { counts: DayCounts; known: readonly KnownDay[] }): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const isDark = useMedia('(prefers-color-scheme: dark)');
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const chart = new uPlot(chartOptions(counts, known, element), toStacks(counts), element);
    const observer = new ResizeObserver(() => {
      chart.setSize({ width: element.clientWidth, height: HEIGHT_PX });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [counts, known, isDark]);
  const total = counts.counts.flat().reduce((sum, count) => sum + count, 0);
  const unsure = known.filter(({ state }) => state === 'unknown' || state === 'part').length;
  const hole = unsure === 0 ? '' : `, ${countOf(unsure, 'day')} of them not known or in part only`;
  const title = `Bar chart: ${countOf(total, 'incident')} in ${counts.days.length} days${hole}; the table has the numbers`;
  return (
    <figure class="chart">
      <ul class="legend" aria-label="Colours">
        {counts.severities.map((severity) => (
          <li key={severity} class={`key ${severity}`}>
            {label(severity)}
          </li>
        ))}
        <li class="key unread">Not known, in part, or not over</li>
      </ul>
      <div ref={box} role="img" aria-label={title} />
    </figure>
  );
}

/** Each series is drawn over the one before it, so the first holds the sum of all. */
function toStacks({ days, counts }: DayCounts): uPlot.AlignedData {
  const sums = counts.map((_, severity) =>
    days.map((_, day) => counts.slice(severity).reduce((sum, row) => sum + (row[day] ?? 0), 0)),
  );
  return [days.map((_, day) => day), ...sums];
}

function chartOptions(
  { days, severities }: DayCounts,
  known: readonly KnownDay[],
  element: HTMLElement,
): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  const format = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
  const bars = uPlot.paths.bars?.({ size: [0.7, 48] });
  const axis = { stroke: color('ink-2'), grid: { stroke: color('line'), width: 1 }, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT_PX,
    legend: { show: false },
    hooks: {
      drawAxes: [
        (chart) => {
          hatchDays(chart, known, color('unknown'));
        },
      ],
    },
    cursor: { show: false },
    scales: {
      x: { time: false, range: [-0.6, days.length - 0.4] },
      y: { range: (_, __, max) => [0, Math.max(4, max * 1.1)] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 64,
        size: 28,
        incrs: [1, 2, 7, 14],
        values: (_, splits) => splits.map((day) => (days[day] === undefined ? '' : format.format(days[day]))),
      },
      { ...axis, size: 44, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000] },
    ],
    series: [
      {},
      ...severities.map((severity) => ({
        label: severity,
        fill: color(severity),
        width: 0,
        points: { show: false },
        ...(bars !== undefined && { paths: bars }),
      })),
    ],
  };
}

const HATCH_PX = 8;

/** Days of which not everything is known, and today, are hatched, over their whole height where nothing is. */
function hatchDays(chart: uPlot, known: readonly KnownDay[], color: string): void {
  const { ctx, bbox } = chart;
  const step = HATCH_PX * devicePixelRatio;
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  for (const [day, { state }] of known.entries()) {
    if (state === 'whole') continue;
    const left = chart.valToPos(day - 0.5, 'x', true);
    const width = chart.valToPos(day + 0.5, 'x', true) - left;
    const height = state === 'unknown' ? bbox.height : bbox.height / 6;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, bbox.top + bbox.height - height, width, height);
    ctx.clip();
    ctx.beginPath();
    // From a common origin, so that the lines of neighbours meet.
    const bottom = bbox.top + bbox.height;
    for (let x = Math.floor((left - height) / step) * step; x < left + width; x += step) {
      ctx.moveTo(x, bottom);
      ctx.lineTo(x + height, bottom - height);
    }
    ctx.stroke();
    ctx.restore();
  }
  ctx.restore();
}
