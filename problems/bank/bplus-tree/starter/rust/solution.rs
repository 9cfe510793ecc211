use crate::pager::Pager;

pub struct Tree;

impl Tree {
    pub fn open(pager: &mut Pager, fresh: bool) -> Tree {
        Tree
    }

    pub fn put(&mut self, pager: &mut Pager, key: u64, value: u64) {}

    pub fn get(&mut self, pager: &mut Pager, key: u64) -> Option<u64> {
        None
    }

    pub fn scan(&mut self, pager: &mut Pager, from: u64, limit: usize) -> Vec<(u64, u64)> {
        Vec::new()
    }
}
