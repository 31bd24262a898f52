import { z } from 'zod'

/** One thing that is wrong with a dashboard. */
export interface DashboardMessage {
  /** Such as `/widgets/0/properties/metrics`. */
  readonly DataPath: string
  readonly Message: string
}

/** What a body is: errors keep it from being put, warnings don't. */
export interface DashboardCheck {
  readonly errors: readonly DashboardMessage[]
  readonly warnings: readonly DashboardMessage[]
}

const place = {
  x: z.int().min(0).max(23).optional(),
  y: z.int().min(0).optional(),
  width: z.int().min(1).max(24).optional(),
  height: z.int().min(1).max(1000).optional(),
}

const widget = <Type extends string, Properties extends z.ZodRawShape>(type: Type, properties: Properties) =>
  z.strictObject({ type: z.literal(type), ...place, properties: z.looseObject(properties) })

const body = z.strictObject({
  start: z
    .string()
    .regex(/^-P|^\d{4}-/, 'Should be a period such as -PT3H, or a moment')
    .optional(),
  end: z.string().optional(),
  periodOverride: z.enum(['auto', 'inherit']).optional(),
  variables: z.array(z.looseObject({})).max(25).optional(),
  widgets: z
    .array(
      z.discriminatedUnion('type', [
        widget('alarm', { alarms: z.array(z.string()).max(100) }),
        widget('custom', { endpoint: z.string() }),
        widget('explorer', {}),
        widget('log', { query: z.string(), region: z.string() }),
        widget('metric', {
          metrics: z
            .array(z.union([z.array(z.unknown()).min(1), z.looseObject({})]))
            .max(500)
            .optional(),
          region: z.string().optional(),
          period: z.int().min(1).optional(),
          stat: z.string().optional(),
          view: z.string().optional(),
          stacked: z.boolean().optional(),
          title: z.string().optional(),
          annotations: z.looseObject({}).optional(),
        }),
        widget('text', { markdown: z.string() }),
      ]),
    )
    .max(500),
})

/**
 * Looks a dashboard over. Members that aren't known are warnings.
 *
 * differs: expressions, metrics and the layout aren't looked into
 * @see CloudWatch API Reference, "Dashboard Body Structure and Syntax"
 */
export function checkDashboard(content: object): DashboardCheck {
  const parsed = body.safeParse(content)
  const issues = parsed.success ? [] : parsed.error.issues.flatMap(messagesOf)
  const errors = [...issues.filter(({ isWarning }) => !isWarning), ...withoutContent(content)]
  return { errors: errors.map(plain), warnings: issues.filter(({ isWarning }) => isWarning).map(plain) }
}

interface Found extends DashboardMessage {
  readonly isWarning?: boolean
}

const plain = ({ DataPath, Message }: Found): DashboardMessage => ({ DataPath, Message })

function messagesOf(issue: z.core.$ZodIssue): readonly Found[] {
  const DataPath = `/${issue.path.join('/')}`
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({ DataPath, Message: `Unknown property '${key}' is ignored`, isWarning: true }))
  }
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) {
    const parent = `/${issue.path.slice(0, -1).join('/')}`
    return [{ DataPath: parent, Message: `Should have required property '${String(issue.path.at(-1))}'` }]
  }
  if (issue.code === 'invalid_union') {
    return [
      { DataPath, Message: 'Should be equal to one of the allowed values: alarm, custom, explorer, log, metric, text' },
    ]
  }
  return [{ DataPath, Message: issue.message }]
}

/** A widget of metrics shows metrics, or the graph of one alarm. */
function withoutContent(content: object): readonly Found[] {
  const widgets: unknown = Reflect.get(content, 'widgets')
  if (!Array.isArray(widgets)) return []
  return widgets.flatMap((each: unknown, i): Found[] => {
    const properties: unknown = Reflect.get(Object(each), 'properties')
    if (Reflect.get(Object(each), 'type') !== 'metric' || typeof properties !== 'object' || properties === null)
      return []
    if ('metrics' in properties || 'annotations' in properties) return []
    return [{ DataPath: `/widgets/${i}/properties`, Message: "Should have required property 'metrics'" }]
  })
}
