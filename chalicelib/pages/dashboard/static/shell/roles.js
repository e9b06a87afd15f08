// What somebody may do, by role and sponsor. The server decides; this only leaves out what it would refuse.
export const seesNames = (me) => me.role !== "reader";
export const manages = (me) => me.role !== "reader" && !me.sponsor;
export const isAdmin = (me) => me.role === "admin";
// Campaigns that do not exist yet are no key's but one for all.
export const creates = (me) => isAdmin(me) || (manages(me) && me.campaigns.includes("*"));
