const RINGS = Array.from({ length: 11 }, (_, index) => 236 + index * 33)

const ring = (y: number): string => `
    <ellipse cx="232" cy="${y}" rx="7" ry="6" fill="#57431f" opacity="0.75" />
    <path d="M232 ${y} C204 ${y - 20} 178 ${y - 8} 182 ${y + 6} C186 ${y + 16} 206 ${y + 12} 218 ${y + 4}" fill="none"
      stroke="#4b4a4c" stroke-width="6" stroke-linecap="round" />
    <path d="M226 ${y - 5} C206 ${y - 17} 188 ${y - 9} 186 ${y + 1}" fill="none" stroke="#d9d6d0" stroke-width="2.4"
      stroke-linecap="round" />`

/** A notepad with a cover of ochre cloth, bound in wire, and a pencil. */
export const notepad = `
  <defs>
    <linearGradient id="cover" x1="0" y1="0" x2="1" y2="1">
      <stop offset="0" stop-color="#ecba5c" />
      <stop offset="0.55" stop-color="#dca13c" />
      <stop offset="1" stop-color="#bd8227" />
    </linearGradient>
    <linearGradient id="wood" x1="0" y1="0" x2="1" y2="0">
      <stop offset="0" stop-color="#8e2a20" />
      <stop offset="0.35" stop-color="#d9584a" />
      <stop offset="0.7" stop-color="#b63a2a" />
      <stop offset="1" stop-color="#7c2219" />
    </linearGradient>
    <filter id="lying" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="15" /></filter>
    <filter id="cloth" x="0" y="0" width="100%" height="100%">
      <feTurbulence type="fractalNoise" baseFrequency="0.55 0.9" numOctaves="2" seed="4" />
      <feColorMatrix values="0 0 0 0 0.35  0 0 0 0 0.22  0 0 0 0 0.05  0 0 0 0.55 -0.16" />
    </filter>
    <clipPath id="front"><rect x="206" y="170" width="372" height="470" rx="16" /></clipPath>
  </defs>
  <g transform="rotate(-7 400 400)">
    <rect x="222" y="194" width="376" height="470" rx="16" fill="#5d4430" opacity="0.5" filter="url(#lying)" />
    <rect x="214" y="184" width="374" height="466" rx="13" fill="#8d611c" />
    <rect x="216" y="180" width="368" height="462" rx="10" fill="#efe6d6" />
    <path d="M218 644 H580 M218 648 H582" stroke="#cfc1aa" stroke-width="1.6" />
    <path d="M580 184 V640 M584 188 V642" stroke="#cfc1aa" stroke-width="1.6" />
    <rect x="206" y="170" width="372" height="470" rx="16" fill="url(#cover)" />
    <g clip-path="url(#front)">
      <rect x="206" y="170" width="372" height="470" filter="url(#cloth)" opacity="0.35" />
      <path d="M200 160 L420 160 L260 650 L200 650 Z" fill="#fff" opacity="0.2" filter="url(#softer)" />
      <rect x="252" y="170" width="3" height="470" fill="#8d611c" opacity="0.35" />
    </g>
    <rect x="306" y="262" width="212" height="96" rx="6" fill="#5d4430" opacity="0.3" filter="url(#soft)" />
    <rect x="304" y="258" width="212" height="96" rx="6" fill="#f8f1e5" />
    <path d="M330 300 H490 M330 326 H440" stroke="#b9aa92" stroke-width="4" stroke-linecap="round" />
    ${RINGS.map(ring).join('')}
  </g>
  <g transform="translate(596 250) rotate(11)">
    <rect x="10" y="12" width="30" height="378" rx="12" fill="#5d4430" opacity="0.45" filter="url(#near)" />
    <rect x="0" y="0" width="26" height="30" rx="9" fill="#e7a39a" />
    <rect x="0" y="22" width="26" height="26" fill="#c9c4bb" />
    <path d="M0 30 H26 M0 38 H26" stroke="#8d877c" stroke-width="2" />
    <rect x="0" y="48" width="26" height="276" fill="url(#wood)" />
    <path d="M0 324 L26 324 L16 368 L10 368 Z" fill="#e8cda2" />
    <path d="M10 368 L16 368 L13 384 Z" fill="#2f3440" />
    <rect x="7" y="50" width="4" height="272" fill="#fff" opacity="0.35" filter="url(#soft)" />
  </g>
`
