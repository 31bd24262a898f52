/** One picture of the documentation: what the running system says about itself, as a page. */
export interface Picture {
  /** Without its ending: `topology`. */
  readonly file: string
  readonly title: string
  /** Where it is from: calls of AWS's APIs, a command. */
  readonly source: string
  readonly sections: readonly Section[]
}

/** A part of a page. */
export type Section =
  | {
      readonly kind: 'table'
      readonly heading?: string
      readonly columns: readonly string[]
      readonly rows: readonly Row[]
    }
  /** Values by their names. */
  | { readonly kind: 'facts'; readonly heading?: string; readonly facts: Readonly<Record<string, Cell>> }
  /** Text as it stands in a file. */
  | { readonly kind: 'file'; readonly heading?: string; readonly text: string }
  /** What was typed, and what came. */
  | { readonly kind: 'terminal'; readonly command: string; readonly output: string }
  /** Who talks to whom, from left to right; each step may have several boxes. */
  | { readonly kind: 'flow'; readonly heading?: string; readonly steps: readonly FlowStep[] }
  /** What stands where: columns of zones, with the subnets in each. */
  | { readonly kind: 'zones'; readonly heading: string; readonly zones: readonly ZoneColumn[] }
  /** A page of the application, as a browser shows it. */
  | { readonly kind: 'browser'; readonly address: string; readonly png: Buffer }

/** A step of a way, and how it is reached. */
export interface FlowStep {
  /** At the arrow that leads to it: `HTTPS 443`. */
  readonly port?: string
  readonly boxes: readonly Box[]
}

export interface ZoneColumn {
  readonly zone: string
  readonly subnets: readonly { readonly name: string; readonly public: boolean; readonly boxes: readonly Box[] }[]
}

/** A thing of the system: what it is, and which one. */
export interface Box {
  readonly what: string
  readonly which: string
}

export type Row = readonly Cell[]

/** `undefined` is shown as a dash. */
export type Cell = string | number | boolean | undefined

/** A table from objects, each column from one function. */
export function table<T>(
  heading: string,
  items: readonly T[],
  columns: Readonly<Record<string, (item: T) => Cell>>,
): Section {
  const names = Object.keys(columns)
  return {
    kind: 'table',
    heading,
    columns: names,
    rows: items.map(item => Object.values(columns).map(read => read(item))),
  }
}

/** The tag `Name`, else what is given instead. */
export const nameOf = (
  item: {
    readonly Tags?: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined
  },
  otherwise = '',
): string => item.Tags?.find(({ Key }) => Key === 'Name')?.Value ?? otherwise
