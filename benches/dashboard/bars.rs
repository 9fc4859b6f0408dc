//! The table: what was measured, beside the bar and the best seen elsewhere.

/// The table, printed as it grows.
pub struct Bars {
    missed: u32,
}

impl Bars {
    pub fn new() -> Self {
        println!("{:<52} {:>10} {:>10}  {:<9} best elsewhere", "", "here", "bar", "verdict");
        Self { missed: 0 }
    }

    /// A figure that must not lie above its bar.
    pub fn at_most(&mut self, what: &str, unit: &str, bar: f64, elsewhere: &str, here: f64) {
        let verdict = if here <= bar { "held" } else { "MISSED" };
        self.missed += u32::from(here > bar);
        println!("{what:<52} {:>10} {:>10}  {verdict:<9} {elsewhere}", figure(here, unit), figure(bar, unit));
    }

    /// A figure without a bar.
    pub fn told(&self, what: &str, unit: &str, here: f64) {
        println!("{what:<52} {:>10}", figure(here, unit));
    }

    pub fn finish(self) {
        match self.missed {
            0 => println!("\nEvery bar is held."),
            missed => println!("\n{missed} missed."),
        }
    }
}

fn figure(value: f64, unit: &str) -> String {
    if unit == "bytes" {
        format!("{value:.0} B")
    } else if value >= 10.0 {
        format!("{value:.1} {unit}")
    } else {
        format!("{value:.2} {unit}")
    }
}

/// The smallest figure that this share of all does not exceed.
pub fn quantile(figures: &[f64], share: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let rank = (sorted.len() as f64 * share).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

pub fn median(figures: &[f64]) -> f64 {
    quantile(figures, 0.5)
}
