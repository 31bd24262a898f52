import { defaultRangeExtractor, useWindowVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useLayoutEffect, useRef, useState } from 'react'

export interface VisibleRow<Row> {
  readonly row: Row
  readonly index: number
  /** To be given to the row's element, which is measured. */
  readonly ref: ((element: HTMLElement | null) => void) | undefined
}

/**
 * The rows that are worth drawing: those in sight and a few around them, and always the one that holds the focus, so
 * that scrolling never loses it.
 *
 * @param isVirtual  false draws all of them
 * @param estimatedPx  height of a row before it is measured
 */
export function useVisibleRows<Row>(rows: readonly Row[], isVirtual: boolean, estimatedPx: number) {
  const box = useRef<HTMLElement>(null)
  const boxRef = useCallback((element: HTMLElement | null) => {
    box.current = element
  }, [])
  const [focused, setFocused] = useState<number>()
  const [top, setTop] = useState(0)
  const [rowPx, setRowPx] = useState(estimatedPx)
  useLayoutEffect(() => {
    // What stands above the list may come and go (a banner), so its place is looked at each time.
    if (isVirtual && box.current) setTop(box.current.getBoundingClientRect().top + window.scrollY)
  })
  const virtualizer = useWindowVirtualizer({
    count: isVirtual ? rows.length : 0,
    estimateSize: () => rowPx,
    overscan: 8,
    scrollMargin: top,
    rangeExtractor: range => {
      const inSight = defaultRangeExtractor(range)
      if (focused === undefined || focused >= rows.length || inSight.includes(focused)) return inSight
      return [...inSight, focused].toSorted((a, b) => a - b)
    },
  })
  const { measure } = virtualizer
  const items = virtualizer.getVirtualItems()
  const usualPx = middleOf(items.map(({ size }) => size))
  // Once the first rows are measured, the ones that nobody has seen yet are taken to be as high, so that the end is
  // where it seems. Only once: to change it while one scrolls would make the page jump.
  useLayoutEffect(() => {
    if (rowPx === estimatedPx && usualPx !== undefined && usualPx !== rowPx) setRowPx(usualPx)
  }, [rowPx, estimatedPx, usualPx])
  useLayoutEffect(() => {
    if (rowPx > 0) measure()
  }, [rowPx, measure])
  const visible: VisibleRow<Row>[] = isVirtual
    ? items.flatMap(({ index }) => {
        const row = rows[index]
        return row === undefined ? [] : [{ row, index, ref: virtualizer.measureElement }]
      })
    : rows.map((row, index) => ({ row, index, ref: undefined }))

  /** Pixels left empty before each visible row, for the rows that are not drawn. */
  const gaps = items.map(({ start }, at) => start - (items[at - 1]?.end ?? top))
  const after = isVirtual ? virtualizer.getTotalSize() - ((items.at(-1)?.end ?? top) - top) : 0
  return { boxRef, visible, gapBefore: (at: number) => (isVirtual ? (gaps[at] ?? 0) : 0), after, setFocused }
}

const middleOf = (sizes: readonly number[]): number | undefined =>
  sizes.toSorted((a, b) => a - b)[Math.floor(sizes.length / 2)]
