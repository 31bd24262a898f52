/**
 * The capacity at which the metric would be at its target, rounded up.
 *
 * @param capacity  what the metric was measured over
 * @see Amazon EC2 Auto Scaling User Guide, "Target tracking scaling policies for Amazon EC2 Auto Scaling"; Application Auto
 *   Scaling User Guide, "How target tracking scaling for Application Auto Scaling works"
 */
export const scaledTo = (capacity: number, metric: number, target: number): number =>
  Math.ceil((capacity * metric) / target - 1e-9)
