/** What became of one property that a builder asked for. */
export interface PropertyReading {
  /** CloudFormation type, such as `AWS::EC2::Subnet`. */
  readonly type: string
  /**
   * Below `Properties`, with `[]` for the items of a list: `Listeners[].Port`. Attributes that are a list of Key and Value
   * stand in parentheses: `TargetGroupAttributes(stickiness.enabled)`.
   */
  readonly path: string
  /** Whether this resource has it. */
  readonly present: boolean
  readonly outcome: PropertyOutcome
}

export type PropertyOutcome =
  /** Part of the model. */
  | { readonly kind: 'read' }
  /** Makes no difference here. */
  | { readonly kind: 'withoutEffect'; readonly because: string }
  /** Listed as a gap: this value, or whatever the value is. */
  | { readonly kind: 'listed'; readonly whatever: boolean; readonly because: string }

/** Told each property that is asked for, whether the template has it or not. Used to say what is covered. */
export type PropertyTrace = (reading: PropertyReading) => void

/** What a reader tells: a path as templates spell it, such as `Resources.Web.Properties.Ports.0`. */
export type PathTrace = (path: string, present: boolean, outcome: PropertyOutcome) => void

/** Tells a trace with the type, and with paths that begin below the resource's properties. */
export function traceOf(type: string, logicalId: string, trace: PropertyTrace): PathTrace {
  const resource = `Resources.${logicalId}.`
  const properties = `${resource}Properties.`
  return (path, present, outcome) => {
    // What concerns the whole resource is no property.
    if (!path.startsWith(resource) || properties.startsWith(path)) return
    const own = path.slice(path.startsWith(properties) ? properties.length : resource.length)
    trace({ type, path: own.replace(/\.\d+(?=[.(]|$)/g, '[]'), present, outcome })
  }
}
