const SHIRT =
  'M302 170 C334 214 466 214 498 170 C534 180 566 192 596 208 C648 238 686 336 706 422 C680 440 640 454 606 458 ' +
  'C598 432 590 410 582 392 C580 470 586 560 594 652 C540 672 470 680 400 680 C330 680 260 672 206 652 ' +
  'C214 560 220 470 218 392 C210 410 202 432 194 458 C160 454 120 440 94 422 C114 336 152 238 204 208 ' +
  'C234 192 266 180 302 170 Z'

/** A shirt of blue cotton, lying flat. */
export const blueShirt = `
  <defs>
    <linearGradient id="cotton" x1="0.1" y1="0" x2="0.8" y2="1">
      <stop offset="0" stop-color="#6d99cf" />
      <stop offset="0.45" stop-color="#4a79b5" />
      <stop offset="1" stop-color="#335c93" />
    </linearGradient>
    <clipPath id="shirt"><path d="${SHIRT}" /></clipPath>
    <filter id="lying" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="14" /></filter>
  </defs>
  <g transform="translate(400 400) scale(0.92 1.08) translate(-400 -424)">
  <path d="${SHIRT}" transform="translate(14 20)" fill="#5d4430" opacity="0.42" filter="url(#lying)" />
  <path d="M302 170 C330 160 470 160 498 170 C470 200 330 200 302 170 Z" fill="#27466f" />
  <path d="M322 172 C350 165 450 165 478 172" fill="none" stroke="#3b649a" stroke-width="12" />
  <path d="${SHIRT}" fill="url(#cotton)" />
  <g clip-path="url(#shirt)" fill="none" stroke-linecap="round">
    <g stroke="#203f69" opacity="0.4" filter="url(#softer)">
      <path d="M214 250 C236 330 230 400 216 480" stroke-width="26" />
      <path d="M590 250 C566 330 572 400 586 500" stroke-width="30" />
      <path d="M330 690 C346 600 340 540 360 470" stroke-width="22" />
      <path d="M500 690 C476 610 486 560 462 500" stroke-width="20" />
      <path d="M230 640 C330 668 480 668 580 640" stroke-width="18" />
      <path d="M120 420 C150 360 170 310 206 270" stroke-width="16" />
      <path d="M680 420 C650 360 630 310 594 270" stroke-width="18" />
    </g>
    <g stroke="#c4dbf5" opacity="0.5" filter="url(#softer)">
      <path d="M270 240 C284 340 280 440 262 560" stroke-width="24" />
      <path d="M390 690 C396 600 392 540 404 470" stroke-width="15" />
      <path d="M136 372 C152 320 176 280 200 250" stroke-width="14" />
      <path d="M534 260 C526 340 530 420 540 520" stroke-width="12" />
    </g>
    <g stroke="#cfe0f5" stroke-width="2" stroke-dasharray="7 5" opacity="0.55">
      <path d="M206 638 C260 658 330 666 400 666 C470 666 540 658 594 638" />
      <path d="M98 408 C124 424 162 438 198 442" />
      <path d="M702 408 C676 424 638 438 602 442" />
    </g>
    <path d="M218 392 C222 330 218 260 206 208" stroke="#274a7a" stroke-width="3" opacity="0.7" />
    <path d="M582 392 C578 330 582 260 594 208" stroke="#274a7a" stroke-width="3" opacity="0.7" />
  </g>
  <path d="M302 170 C334 214 466 214 498 170" fill="none" stroke="#3a6299" stroke-width="22" />
  <path d="M296 176 C330 228 470 228 504 176" fill="none" stroke="#28497a" stroke-width="2.5" opacity="0.8" />
  <path d="M310 168 C340 202 460 202 490 168" fill="none" stroke="#86acd9" stroke-width="3" opacity="0.7" />
  </g>
`
