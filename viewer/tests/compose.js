/**
 * Composes a map's style from `styles/`, by the rules of `styles/README.md`: the reference that the server's own composer is held to.
 * In: the layers of a map, in the order of its map file. Out: a MapLibre style. Knows no server.
 */
import {readFileSync} from 'node:fs';

/** @param {string} name */
const read = (name) => JSON.parse(readFileSync(new URL(`../../styles/${name}`, import.meta.url), 'utf8'));
const base = read('base.json'), classes = read('classes.json'), patterns = read('patterns.json');

const GROUPS = ['context', 'constraints', 'proposals', 'boundary'];
/** Which geometry a type of fragment draws. */
const NEEDS = {fill: ['area'], line: ['area', 'line'], circle: ['point'], symbol: ['area', 'line', 'point']};

/** The class whose longest name stands in the id between hyphens. @param {string} id */
export function classOf(id) {
  let best, longest = 0;
  for (const each of classes.classes)
    for (const name of each.layers)
      if (`-${id}-`.includes(`-${name}-`) && name.length > longest) {
        best = each;
        longest = name.length;
      }
  return best;
}

/** A fragment of a plan that is not adopted: fills paler, outlines broken. */
function emerging(fragment) {
  const paint = {...fragment.paint};
  if (fragment.type === 'fill') paint['fill-opacity'] = (paint['fill-opacity'] ?? 1) / 2;
  if (fragment.type === 'line' && !paint['line-dasharray']) paint['line-dasharray'] = [3, 1.5];
  return {...fragment, paint};
}

/**
 * @param {{layers: {id: string, group: string, title: Record<string, string>, emerging?: boolean, geometry?: string[]}[],
 *   tiles: string, bounds: number[], attribution?: string, sprite?: string, name?: string, maxzoom?: number}} map
 */
export function compose(map) {
  const turn = {}, used = {};
  let background;
  const drawn = map.layers.map((layer, place) => {
    const found = classOf(layer.id), turns = classes.defaults[layer.group];
    let draw = found?.draw || turns[(turn[layer.group] = (turn[layer.group] ?? -1) + 1) % turns.length];
    if (layer.emerging) draw = found?.emerging || draw.map(emerging);
    if (found?.background) background = found.background;
    const has = layer.geometry || ['area', 'line', 'point'];
    if (has.includes('point') && layer.group !== 'context' && !draw.some((f) => f.type === 'circle')) draw = [...draw, ...classes.points];
    const fragments = draw.filter((f) => NEEDS[f.type].some((kind) => has.includes(kind)));
    return {layer, place, order: found ? classes.classes.indexOf(found) : -1, fragments};
  });
  const styled = drawn.flatMap(({layer, place, order, fragments}) => fragments.map((fragment, n) => {
    const {metadata = {}, ...rest} = fragment, pattern = rest.paint?.['fill-pattern'];
    if (pattern) used[pattern] = patterns[pattern];
    const style = {
      id: `${layer.id}--${n + 1}`, ...rest, source: 'groundrule',
      'source-layer': metadata['groundrule:labels'] ? `${layer.id}-label` : layer.id,
    };
    if (n === 0) style.metadata = {'groundrule:layer': {group: layer.group, title: layer.title, ...(layer.emerging ? {emerging: true} : {})}};
    const context = layer.group === 'context', symbol = fragment.type === 'symbol';
    // Sorted by these in turn; the map file's first layer lies on top, except in the context.
    const rank = symbol ? [9, +context, context ? order : 0, context ? place : -place]
      : [GROUPS.indexOf(layer.group), metadata['groundrule:rank'] ?? 0, context ? order : 0, context ? place : -place];
    return {style, rank: [...rank, n]};
  }));
  styled.sort((a, b) => a.rank.map((value, i) => value - b.rank[i]).find((difference) => difference) || 0);
  const [ground] = base.layers;
  return {
    ...base,
    name: map.name || base.name,
    metadata: {...base.metadata, 'groundrule:patterns': used},
    ...(map.sprite ? {sprite: map.sprite} : {}),
    sources: {groundrule: {type: 'vector', tiles: [map.tiles], minzoom: 0, maxzoom: map.maxzoom ?? 16, bounds: map.bounds, attribution: map.attribution || ''}},
    layers: [
      {...ground, paint: {...ground.paint, ...(background ? {'background-color': background} : {})}},
      ...styled.map(({style}) => style),
    ],
  };
}
